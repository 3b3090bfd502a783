"""What every test may use. The network is off but for loopback and unix sockets (see pyproject.toml)."""
