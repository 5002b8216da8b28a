"""What moves when two domains are merged; every room with a column that names a domain says so in its moves.py."""

from expertise.posts.moving import Moves

of_domain = Moves("domain")
