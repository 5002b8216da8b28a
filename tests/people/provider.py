"""A provider of OpenID Connect, small and real: it is asked over HTTP, signs what it says, and checks PKCE."""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "expertise", "a secret between the two"


@dataclass
class Provider:
    """Who signs in there, and what it gets wrong on purpose."""

    email: str = ""
    subject: str = ""  # who it is there; else whoever has the address
    signed_in_at: int | None = None  # when they proved there who they are
    verified: Any = True
    nonce: str | None = None  # another one than was asked for
    audience: str = CLIENT
    signs_with: RSAKey | OctKey | None = None  # a key that it does not publish
    signs_by: str = "RS256"
    ago: int = 0  # seconds since it was said
    calls_itself: str = ""  # another issuer than the one that was asked
    moved: bool = False  # it sends whoever asks what it is to another address
    down: bool = False
    lets_out: bool = True  # it says where one signs out
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # code -> what was asked with it
    server: Any = None

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.server.server_address[1]}"

    def start(self) -> "Provider":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (_Handler,), {"provider": self}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def consent(self, address: str) -> str:
        """What a browser does there: sign in, and be sent back; answers the path with its query."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], secret: str) -> tuple[int, dict[str, Any]]:
        asked = self.asked.pop(form.get("code", ""), None)
        made = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if asked is None or made.decode() != asked["code_challenge"] or secret != SECRET:
            return 400, {"error": "invalid_grant"}
        now = int(time.time()) - self.ago
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": self.subject or f"of {self.email.lower()}",
            "iat": now,
            "exp": now + 60,
        }
        claims |= {"nonce": self.nonce or asked["nonce"], "email": self.email, "email_verified": self.verified}
        claims |= {} if self.signed_in_at is None else {"auth_time": self.signed_in_at}
        signed = jwt.encode({"alg": self.signs_by, "kid": "one"}, claims, self.signs_with or self.key)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        one = self.provider
        if self.path == "/.well-known/openid-configuration" and one.moved:
            self.send_response(302)
            self.send_header("Location", "/moved")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path in ("/.well-known/openid-configuration", "/moved"):
            name = one.calls_itself or one.issuer
            out = {"end_session_endpoint": f"{one.issuer}/out"} if one.lets_out else {}
            self._say(200, out | {"issuer": name, "authorization_endpoint": f"{one.issuer}/authorize",
                            "token_endpoint": f"{one.issuer}/token", "jwks_uri": f"{one.issuer}/keys",
                            "id_token_signing_alg_values_supported": ["RS256"]})  # fmt: skip
        else:
            self._say(200, {"keys": [one.key.as_dict(private=False)]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        basic = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        self._say(*self.provider.token(form, parse_qs(f"s={basic.partition(':')[2]}").get("s", [""])[0]))

    def _say(self, status: int, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode()
        if self.provider.down:
            status, content = 503, b"down"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""
