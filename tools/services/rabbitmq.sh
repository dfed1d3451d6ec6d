#!/usr/bin/env bash
# The RabbitMQ server's programs; tests start their own on free ports of the loopback.
set -euo pipefail
if [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
  apt-get install --yes --no-install-recommends rabbitmq-server
fi
