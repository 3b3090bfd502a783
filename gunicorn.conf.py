"""The web server, the same on one machine and in a container. The address comes from --bind."""

import os
from pathlib import Path

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("PASIFLORA_WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 20
keepalive = 5
# A leak in a library then costs one worker's age, not the machine; the jitter keeps them from leaving together. Often
# enough that a leak stays small, seldom enough that five hundred writers (80 saves a second) meet it every few minutes.
max_requests = 20_000
max_requests_jitter = 4000
accesslog = None  # the proxy in front keeps one; this would write who read what into a second place
control_socket_disable = True  # it would be a file in the home folder that two stacks share
# A worker proves that it is alive by touching a file: on a slow disk that alone can look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
