"""Label sheets: where labels lie on a page, and how a code is drawn on one."""
