from exchange.models.events import Delivery, Endpoint, Event, EventUnit, Feed, Seen
from exchange.models.keys import Ability, ApiKey, Replay
from exchange.models.reports import RunReport
from exchange.models.sending import Sending

__all__ = [
    "Ability",
    "ApiKey",
    "Delivery",
    "Endpoint",
    "Event",
    "EventUnit",
    "Feed",
    "Replay",
    "RunReport",
    "Seen",
    "Sending",
]
