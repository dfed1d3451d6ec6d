# The bot in one image: `docker build -t iam-review .`; BASE may name another Debian-based Python image.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/iam-review && python -m venv /opt/build
WORKDIR /src
COPY requirements/build.txt requirements/runtime.txt requirements/
RUN /opt/iam-review/bin/pip install --require-hashes -r requirements/runtime.txt \
 && /opt/build/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml hatch_build.py mkdocs.yml README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md ./
COPY action.yml config.example.yaml Dockerfile ./
COPY bot bot
COPY docs docs
COPY deploy deploy
COPY templates templates
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/iam-review/bin/pip install --no-deps --no-index dist/*.whl \
 && /opt/iam-review/bin/pip uninstall --yes pip

FROM ${BASE}
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --home-dir /var/lib/iam-review --create-home --shell /usr/sbin/nologin iam-review
COPY --from=build /opt/iam-review /opt/iam-review
ENV PATH=/opt/iam-review/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    IAM_REVIEW_HOST=0.0.0.0 \
    IAM_REVIEW_PROBE_PORT=8081 \
    IAM_REVIEW_DATABASE=sqlite:////var/lib/iam-review/db.sqlite \
    IAM_REVIEW_CACHE_DIR=/var/lib/iam-review/cache \
    IAM_REVIEW_LIMITS__CONFINEMENT=required
USER 10001
WORKDIR /var/lib/iam-review
VOLUME /var/lib/iam-review
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/healthz', timeout=4)"]
ENTRYPOINT ["iam-review"]
CMD ["serve"]
