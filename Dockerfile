# newswire in a container: the database is on the volume /data, all else may be read-only.
#
#   docker build --tag newswire .
#   docker run --detach --name newswire --read-only --tmpfs /tmp --volume newswire:/data --restart unless-stopped newswire
#
# docs/operate.md says more; tests/container/prove.py runs these very steps where there is no container engine.

FROM python:3.11-slim-bookworm AS builder
WORKDIR /source
COPY . .
RUN python -m venv /usr/local/newswire
# As a variable, the constraints hold for what builds the wheel, too.
RUN PIP_CONSTRAINT=constraints.txt /usr/local/newswire/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .
RUN /usr/local/newswire/bin/pip install --no-cache-dir -c constraints.txt "$(echo /wheels/newswire-*.whl)[postgres]"
RUN /usr/local/newswire/bin/pip check

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="newswire" org.opencontainers.image.licenses="Apache-2.0"
# The number is fixed, so that a volume keeps its owner from one image to the next.
RUN groupadd --gid 10001 newswire && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin newswire
RUN install --directory --owner=10001 --group=10001 /data
COPY --from=builder /usr/local/newswire /usr/local/newswire
ENV PATH=/usr/local/newswire/bin:$PATH
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV NEWSWIRE_DATABASE=sqlite:////data/newswire.db
# Configuration of your own is read from /data/config.
WORKDIR /data
VOLUME ["/data"]
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8642/health', timeout=4)"]
ENTRYPOINT ["newswire"]
CMD ["run"]
