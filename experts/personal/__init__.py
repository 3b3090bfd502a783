"""What this app holds on a person. See pasiflora.kernel.personal."""

from experts.personal import credentials, people

HOLDINGS = [*people.HOLDINGS, *credentials.HOLDINGS]
