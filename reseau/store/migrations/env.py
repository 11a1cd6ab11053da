"""Alembic's environment: it runs the revisions on the connection that ``reseau.store.schema`` passes to it."""

from alembic import context

from reseau.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
