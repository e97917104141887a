"""What a workspace's own scored comments have taught us about words."""

from django.db import models

from accounts.tenancy import WorkspaceOwned


class CommentModel(WorkspaceOwned):
    """One row a workspace. `weights` are of a linear model, read without any library (see surveys.text.sentiment).

    `quality` is the area under the curve for detractor or promoter from the comment alone, on a held-out half that
    shares no customer with what was learned from; below 0.75 nothing is shown to people.
    """

    weights = models.BinaryField()
    comments = models.PositiveIntegerField()  # learned from
    quality = models.FloatField(null=True)
    uses_starter = models.BooleanField(default=False)
    trained_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    again_below = models.BigIntegerField(null=True)  # answers below this id were read by an earlier model

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="comment_model_once")]
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(next_at__isnull=False), name="comment_model_due"
            )
        ]

    def __str__(self) -> str:
        return f"model of {self.comments} comments"
