"""One machine's worth of Pasiflora: servers, web, worker and beat, started and stopped together.

`python -m pasiflora.stack --help` says what it can do. Many machines use docker-compose.yml or their own
supervisor instead; nothing else in the code base imports this package.
"""
