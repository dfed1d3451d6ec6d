"""How the bot keeps its promises under load and under kill -9: sandbox, processes, services and what is measured."""
