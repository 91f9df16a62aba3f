"""Users, what they may do and where, and the audit log."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id


class UserManager(BaseUserManager["User"]):
    """Looks users up; accounts are made by actions only."""


class User(AbstractBaseUser):
    """An account of a person who works with Jiedui."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(_("User name"), max_length=64, unique=True)
    display_name = models.CharField(_("Name"), max_length=64)
    email = models.EmailField(_("E-mail"), blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="zh-hans")
    theme = models.CharField(
        max_length=8,
        default="system",
        choices=[("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    totp_secret = models.CharField(max_length=200, blank=True)
    totp_confirmed_at = models.DateTimeField(null=True, blank=True)
    totp_last_step = models.BigIntegerField(default=0)
    # Wrong codes in a row, whatever the address, and until when no code is taken.
    totp_failures = models.PositiveSmallIntegerField(default=0)
    totp_locked_until = models.DateTimeField(null=True, blank=True)
    # Part of every session's key: counting it up ends all sessions of the user.
    session_generation = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    # Last visit to Today, from which “what changed” is told.
    seen_at = models.DateTimeField(null=True, blank=True)
    # A log-in of the example; the server stays on loopback while one is active.
    example = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def has_second_factor(self) -> bool:
        """Whether a second factor is enrolled and confirmed."""
        return bool(self.totp_secret) and self.totp_confirmed_at is not None

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "jiedui.accounts.session",
            f"{self.password}:{self.session_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class RoleGrant(models.Model):
    """A role given to a user for a time, over everything, an organisation or a place's tree.

    ``scope_id`` is an id of the directory; this room lies below it and never
    looks it up.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("everything")
        ORGANISATION = "organisation", _("an organisation")
        PLACE = "place", _("a place and all below it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    scope = models.CharField(max_length=16, choices=Scope.choices, default=Scope.ALL)
    scope_id = models.UUIDField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grant_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(scope="all", scope_id__isnull=True)
                | (~Q(scope="all") & Q(scope_id__isnull=False)),
                name="grant_scope_has_its_id",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "valid_from"])]


class AuditRow(models.Model):
    """One act, chained to the one before by its hash. No foreign keys: it outlives all."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor", "-sequence"]),
            models.Index(fields=["action", "-sequence"]),
            models.Index(fields=["object_id", "-sequence"]),
        ]


class AuditHead(models.Model):
    """The single row that writers lock last: it numbers audit rows and facts.

    While a transaction holds it no other can number anything, so numbers are in
    the order of commit and have no gaps.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
    facts = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="audit_head_is_one_row")
        ]
