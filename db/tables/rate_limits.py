"""How much of each rate limit is used. app/domain/rate_limit.py says which limits there are."""

from piccolo.columns import BigInt, BigSerial, Timestamptz, Varchar
from piccolo.table import Table


class RateLimitHit(Table):
    """One counted attempt. key: an HMAC of what is limited, so that no address is stored."""

    id = BigSerial(primary_key=True)
    key = Varchar(length=64, index=True)
    happened_at = Timestamptz(index=True)


class RateLimitState(Table):
    """How much of a limit is used (app/domain/rate_limit.py). key: an HMAC of the person and the limit.

    used_until: milliseconds since 1970 at which the limit is fully restored.
    """

    key = Varchar(length=64, primary_key=True)
    used_until = BigInt()
