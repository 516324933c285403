# One static binary in an image that holds nothing else.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/hailong ./cmd/hailong && mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/hailong /hailong
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV HAILONG_LISTEN=0.0.0.0:8080 \
    HAILONG_DB=sqlite:/data/hailong.db
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s CMD ["/hailong", "healthcheck"]
ENTRYPOINT ["/hailong"]
CMD ["serve"]
