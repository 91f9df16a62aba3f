"""Dispatch plans, their scenarios, candidates, consents and letters."""

from django.urls import path

from jiedui.planning.views import (
    adoption,
    asking,
    candidates,
    consents,
    lists,
    plans,
    scenarios,
    timeline,
    tours,
)

urlpatterns = [
    path("", plans.plan_list, name="plans"),
    path("new/", plans.plan_new, name="plan-new"),
    path("<uuid:id>/", plans.plan_page, name="plan"),
    path("<uuid:id>/edit/", plans.plan_edit, name="plan-edit"),
    path("<uuid:id>/step/<slug:verb>/", plans.plan_step, name="plan-step"),
    path("<uuid:id>/adopt/", adoption.plan_adopt, name="plan-adopt"),
    path("<uuid:id>/adoption/", adoption.adoption, name="adoption"),
    path("<uuid:id>/consents/", consents.consent_list, name="consents"),
    path("<uuid:id>/scenario/", scenarios.scenario_new, name="scenario-new"),
    path("scenarios/<uuid:id>/", scenarios.scenario_page, name="scenario"),
    path("scenarios/<uuid:id>/edit/", scenarios.scenario_edit, name="scenario-edit"),
    path("scenarios/<uuid:id>/copy/", scenarios.scenario_copy, name="scenario-copy"),
    path("scenarios/<uuid:id>/drop/", scenarios.scenario_drop, name="scenario-drop"),
    path("scenarios/<uuid:id>/submit/", scenarios.scenario_submit, name="scenario-submit"),
    path("scenarios/<uuid:id>/run/", scenarios.scenario_run, name="scenario-run"),
    path("scenarios/<uuid:id>/steps/", scenarios.scenario_steps, name="scenario-steps"),
    path("scenarios/<uuid:id>/cancel/", scenarios.scenario_cancel, name="scenario-cancel"),
    path("scenarios/<uuid:id>/progress/", scenarios.scenario_progress, name="scenario-progress"),
    path("scenarios/<uuid:id>/timeline/", timeline.timeline, name="timeline"),
    path("scenarios/<uuid:id>/tours/", tours.tour_list, name="tours"),
    path("scenarios/<uuid:id>/posts/", lists.scenario_posts, name="scenario-posts"),
    path("scenarios/<uuid:id>/posts/<uuid:post>/", lists.scenario_post, name="scenario-post"),
    path("scenarios/<uuid:id>/posts/<uuid:post>/forbid/", asking.post_forbid, name="post-forbid"),
    path("scenarios/<uuid:id>/home/", asking.at_home, name="at-home"),
    path(
        "scenarios/<uuid:id>/people/<uuid:candidate>/",
        asking.scenario_person,
        name="scenario-person",
    ),
    path(
        "scenarios/<uuid:id>/people/<uuid:candidate>/forbid/",
        asking.person_forbid,
        name="person-forbid",
    ),
    path("scenarios/<uuid:id>/pin/", asking.scenario_pin, name="scenario-pin"),
    path("scenarios/<uuid:id>/rulings/", lists.rulings, name="rulings"),
    path("scenarios/<uuid:id>/changes/", lists.changes, name="changes"),
    path("tours/<uuid:id>/", tours.tour_page, name="tour"),
    path("tours/<uuid:id>/move/", tours.tour_move, name="tour-move"),
    path("tours/<uuid:id>/pin/", tours.tour_pin, name="tour-pin"),
    path("tours/<uuid:id>/forbid/", tours.tour_forbid, name="tour-forbid"),
    path("rulings/<uuid:id>/lift/", tours.ruling_lift, name="ruling-lift"),
    path("consents/<uuid:id>/", consents.consent_page, name="consent"),
    path("consents/<uuid:id>/give/", consents.consent_give, name="consent-give"),
    path("consents/<uuid:id>/refuse/", consents.consent_refuse, name="consent-refuse"),
    path("candidates/", candidates.candidate_list, name="candidates"),
    path("candidates/new/", candidates.candidate_new, name="candidate-new"),
    path("candidates/<uuid:id>/", candidates.candidate_edit, name="candidate"),
    path(
        "candidates/<uuid:id>/withdraw/", candidates.candidate_withdraw, name="candidate-withdraw"
    ),
]
