# The gateway as an image: `docker build -t skiro .`, then `docker run skiro <command>`; see docs/operations.md.
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-alpine AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/cli/package.json packages/cli/
COPY packages/sandbox/package.json packages/sandbox/
COPY packages/sdk/package.json packages/sdk/
COPY packages/server/package.json packages/server/
# Not `npm ci`: it refuses a lock file without the other platforms' binaries. The locked versions are installed.
RUN npm install --no-save --omit=dev --workspace skiro-server --ignore-scripts --no-audit --no-fund
# What Node never loads: the compiler that npm takes along for an optional peer, types, TypeScript sources, maps and
# the CommonJS twins of the two largest packages.
RUN rm -rf node_modules/typescript node_modules/@typescript node_modules/@types node_modules/.bin \
      node_modules/viem/_cjs node_modules/viem/_types node_modules/ox/_cjs node_modules/ox/_types \
    && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' \) \
      ! -iname '*license*' -delete \
    && find node_modules -type d -empty -delete
# Workspaces are linked, so the server's own TypeScript stays outside node_modules, where Node runs it as it is.
COPY packages/server/bin packages/server/bin
COPY packages/server/migrations packages/server/migrations
COPY packages/server/src packages/server/src
COPY LICENSE ./
# Whatever umask the checkout had: everyone may read, nobody but root may write.
RUN chmod -R u+rwX,go+rX,go-w LICENSE packages

FROM node:${NODE_VERSION}-alpine
LABEL org.opencontainers.image.title="skiro" \
      org.opencontainers.image.description="Self-hosted payment gateway: cards in, crypto out" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    SKIRO_HOST=0.0.0.0 \
    SKIRO_PORT=4242 \
    SKIRO_WORK_PORT=4243
WORKDIR /app
COPY --from=build /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages/server packages/server
USER node
EXPOSE 4242 4243
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "packages/server/bin/healthcheck.mjs"]
ENTRYPOINT ["node", "packages/server/bin/skiro-server.mjs"]
CMD ["serve"]
