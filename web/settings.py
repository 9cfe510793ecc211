"""Every setting, read once from the environment (prefix JUDGE_) or given by the command line."""

import ipaddress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from judge.errors import HostUnfit


class Settings(BaseSettings):
    """How one server runs. docs/operations.md explains each."""

    model_config = SettingsConfigDict(env_prefix="JUDGE_", extra="ignore", frozen=True)

    data_dir: Path = Path("var")
    database: str = ""
    """postgresql://user@host/name; "" for SQLite in data_dir."""
    database_password_file: Path | None = None
    metrics_token_file: Path | None = None
    log: Literal["text", "json"] = "text"
    listen: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = ""
    behind_proxy: bool = False
    """Nobody but a proxy reaches `listen`, as in a network of containers."""
    contact: str = ""
    oidc_issuer: str = ""
    """An identity provider by which those who work here may sign in; "" for none."""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_name: str = "OIDC"
    """What its button says."""
    invitation_days: int = Field(default=30, ge=1)

    @property
    def database_url(self) -> str:
        """What SQLAlchemy connects to. Raises HostUnfit for an address or a file that is wrong."""
        if not self.database:
            return f"sqlite:///{(self.data_dir / 'judge.sqlite').resolve()}"
        return database_url(self.database, self.database_password_file)

    @property
    def metrics_token(self) -> str:
        """Who may read /metrics from elsewhere; "" for nobody. Raises HostUnfit."""
        if self.metrics_token_file is None:
            return ""
        return _secret(self.metrics_token_file, "JUDGE_METRICS_TOKEN_FILE")

    @property
    def oidc_client_secret(self) -> str:
        """The client's secret at the identity provider; "" for a public client."""
        if self.oidc_client_secret_file is None:
            return ""
        return _secret(self.oidc_client_secret_file, "JUDGE_OIDC_CLIENT_SECRET_FILE")

    @property
    def passkey_domain(self) -> str:
        """The name that passkeys are bound to; "" where people reach us by an address alone."""
        host = urlsplit(self.url).hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return host
        return ""

    @property
    def url(self) -> str:
        """Where people reach us, without a slash at the end."""
        return (self.public_url or f"http://{self.listen}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")


def database_url(given: str, password_file: Path | None) -> str:
    """`postgresql://…` as SQLAlchemy wants it, with the password that lies in a file."""
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise HostUnfit(
            f"JUDGE_DATABASE is {given!r}, which is no address; give postgresql://user@host/name"
        ) from error
    if url.get_backend_name() == "sqlite":
        return given
    if url.get_backend_name() != "postgresql":
        raise HostUnfit(
            f"JUDGE_DATABASE is {given!r}; it can be postgresql://user@host/name, "
            "or nothing for SQLite"
        )
    url = url.set(drivername="postgresql+psycopg")
    if password_file is not None:
        url = url.set(password=_secret(password_file, "JUDGE_DATABASE_PASSWORD_FILE"))
    return url.render_as_string(hide_password=False)


def _secret(path: Path, variable: str) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise HostUnfit(f"{variable} {path} can't be read: {error.strerror}") from error


PROXY_LINES = """server {
    listen 443 ssl;  server_name judge.example.org;
    ssl_certificate ...;  ssl_certificate_key ...;
    location / {
        proxy_pass http://127.0.0.1:8000;  proxy_buffering off;  proxy_read_timeout 60s;
        proxy_set_header Host $host;  proxy_set_header X-Forwarded-Proto https;
        proxy_set_header X-Forwarded-For $remote_addr;
    }
}"""


def check_reach(settings: Settings) -> None:
    """Refuse to be reached from outside without TLS. Raises HostUnfit with the proxy's lines."""
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HostUnfit(
            f"--public-url {settings.public_url!r} is not an address; give one like "
            "https://judge.example.org"
        )
    private = settings.behind_proxy or _is_loopback(settings.listen)
    local = _is_loopback(parts.hostname) and private
    if parts.scheme == "https" or local:
        return
    raise HostUnfit(
        f"{settings.url} (listening on {settings.listen}) would carry sign-in links and answers in "
        "clear text. Listen on 127.0.0.1, put a proxy with TLS in front, and give its address with "
        f"--public-url https://…; for nginx:\n{PROXY_LINES}"
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
