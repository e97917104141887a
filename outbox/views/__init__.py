"""Pages of the outbox: the mailbox, the suppression list, the customers' unsubscribe page, the providers' hooks."""
