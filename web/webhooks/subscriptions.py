"""Who is told of a campaign's judgements, and the secret that signs what they are told."""

import base64
import secrets
from urllib.parse import urlsplit

from sqlmodel import Session, select

from web.refusals import Invalid
from web.storage import Campaign, Webhook


def any_wanted(session: Session) -> bool:
    """Whether any campaign has a webhook."""
    return session.exec(select(Webhook.campaign_id).limit(1)).first() is not None


def all_urls(session: Session) -> list[tuple[str, str]]:
    """(campaign, address) of all webhooks."""
    rows = session.exec(
        select(Campaign.slug, Webhook.url).where(Campaign.id == Webhook.campaign_id)
    )
    return list(rows.all())


def remove(session: Session, campaign_id: int) -> bool:
    """Tell nobody any more, what was due included; whether there was a webhook."""
    webhook = session.get(Webhook, campaign_id)
    if webhook is None:
        return False
    session.delete(webhook)
    return True


def is_wanted(session: Session, campaign_id: int) -> bool:
    return session.get(Webhook, campaign_id) is not None


def set_webhook(session: Session, campaign_id: int, url: str, now_ms: int) -> str:
    """Tell `url` of this campaign's judgements from now on; the secret that signs them."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(
            f"The webhook's address is {url!r}; give one like https://hr.example.org/judged.",
            f"回调地址 {url!r} 无效；请给出形如 https://hr.example.org/judged 的地址。",
            field="url",
        )
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
    known = session.get(Webhook, campaign_id)
    if known is not None:
        session.delete(known)
        session.flush()
    session.add(Webhook(campaign_id=campaign_id, url=url, secret=secret, created_at_ms=now_ms))
    return secret
