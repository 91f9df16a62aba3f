import django.db.models.deletion
import jiedui.core.clock
import jiedui.core.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0002_periods_never_overlap'),
        ('programmes', '0004_stays_never_overlap'),
    ]

    operations = [
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('specialty', models.CharField(max_length=16)),
                ('category', models.CharField(max_length=32)),
                ('can_lead', models.BooleanField(default=False)),
                ('altitude_ok', models.BooleanField(default=False)),
                ('flexible_ok', models.BooleanField(default=False)),
                ('available_from', models.DateField()),
                ('available_to', models.DateField()),
                ('max_tours', models.PositiveSmallIntegerField(default=1)),
                ('max_months', models.PositiveSmallIntegerField(default=12)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=400)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='directory.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidacies', to='directory.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='programmes.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'giver'], name='planning_ca_program_6b86a7_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('available_to__gte', models.F('available_from'))), name='candidate_dates_in_order'), models.CheckConstraint(condition=models.Q(('max_months__range', (1, 60)), ('max_tours__range', (1, 10))), name='candidate_tours_possible'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('programme', 'person', 'available_from'), name='candidate_once_a_start')],
            },
        ),
        migrations.CreateModel(
            name='DispatchPlan',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=160)),
                ('starts_on', models.DateField()),
                ('months', models.PositiveSmallIntegerField()),
                ('settings', models.JSONField(default=dict)),
                ('state', models.CharField(default='draft', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('adopted_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatch_plans', to='programmes.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'state'], name='planning_di_program_38925c_idx')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=160)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('settings', models.JSONField(default=dict)),
                ('seed', models.PositiveIntegerField(default=0)),
                ('seconds', models.PositiveSmallIntegerField(default=10)),
                ('state', models.CharField(default='draft', max_length=12)),
                ('run', models.CharField(default='idle', max_length=12)),
                ('stopping', models.BooleanField(default=False)),
                ('progress', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('fixed_at', models.DateTimeField(blank=True, null=True)),
                ('depot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.place')),
                ('organiser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='directory.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='programmes.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'starts_on'], name='planning_ro_program_f43d6f_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='round_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='RoundPlace',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('minutes', models.PositiveSmallIntegerField(default=120)),
                ('priority', models.PositiveSmallIntegerField(default=3)),
                ('last_visited_on', models.DateField(blank=True, null=True)),
                ('people', models.PositiveIntegerField(default=0)),
                ('windows', models.JSONField(default=list)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.place')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='planning.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'place'), name='round_place_once'), models.CheckConstraint(condition=models.Q(('minutes__range', (1, 1440)), ('priority__range', (1, 5))), name='round_place_possible')],
            },
        ),
        migrations.CreateModel(
            name='RoundVehicle',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('leaves_at', models.PositiveSmallIntegerField(default=480)),
                ('back_by', models.PositiveSmallIntegerField(default=1080)),
                ('days', models.JSONField(default=list)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vehicles', to='planning.round')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('back_by__gt', models.F('leaves_at')), ('back_by__lte', 1440)), name='round_vehicle_hours_in_order'), models.UniqueConstraint(fields=('round', 'name'), name='round_vehicle_name_once')],
            },
        ),
        migrations.CreateModel(
            name='RoundStop',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('number', models.PositiveSmallIntegerField()),
                ('arrives', models.PositiveSmallIntegerField()),
                ('starts', models.PositiveSmallIntegerField()),
                ('leaves', models.PositiveSmallIntegerField()),
                ('pinned', models.BooleanField(default=False)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='planning.roundplace')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='planning.round')),
                ('vehicle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='planning.roundvehicle')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vehicle', 'day', 'number'), name='round_stop_number_once_a_day'), models.UniqueConstraint(fields=('round', 'place'), name='round_place_visited_once')],
            },
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=14)),
                ('floor', models.BooleanField(default=False)),
                ('seed', models.PositiveIntegerField(default=0)),
                ('seconds', models.PositiveSmallIntegerField(default=20)),
                ('problem', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(default='idle', max_length=12)),
                ('stopping', models.BooleanField(default=False)),
                ('progress', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('run_at', models.DateTimeField(blank=True, null=True)),
                ('moved_at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('based_on', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.scenario')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='planning.dispatchplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'name'), name='scenario_name_once_a_plan'), models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='scenario_budget_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('verb', models.CharField(max_length=8)),
                ('start', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('created_at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('created_by', models.UUIDField(blank=True, null=True)),
                ('candidate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.candidate')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.post')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rulings', to='planning.scenario')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('verb__in', ['pin', 'forbid'])), name='ruling_verb'), models.CheckConstraint(condition=models.Q(('verb', 'forbid'), models.Q(('candidate__isnull', False), ('months__isnull', False), ('post__isnull', False), ('start__isnull', False)), _connector='OR'), name='ruling_pins_a_whole_tour'), models.CheckConstraint(condition=models.Q(('candidate__isnull', False), ('post__isnull', False), _connector='OR'), name='ruling_names_somebody_or_some_post')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=8)),
                ('answer', models.CharField(default='asked', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.UUIDField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='planning.scenario')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scenario', 'organisation', 'side'), name='consent_once_a_side'), models.CheckConstraint(condition=models.Q(('answer__in', ['asked', 'given', 'refused'])), name='consent_answer'), models.CheckConstraint(condition=models.Q(('side__in', ['giver', 'receiver'])), name='consent_side'), models.CheckConstraint(condition=models.Q(('answer', 'asked'), ('answered_at__isnull', False), _connector='OR'), name='consent_answered_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioTour',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('start', models.PositiveSmallIntegerField()),
                ('months', models.PositiveSmallIntegerField()),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tours', to='planning.candidate')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tours', to='programmes.post')),
                ('posting', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tour', to='programmes.posting')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tours', to='planning.scenario')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scenario', 'candidate', 'start'), name='tour_once_a_candidate_and_start'), models.CheckConstraint(condition=models.Q(('months__gte', 1)), name='tour_of_a_month_or_more')],
            },
        ),
        migrations.CreateModel(
            name='SitingProposal',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=160)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=14)),
                ('seconds', models.PositiveSmallIntegerField(default=30)),
                ('source', models.CharField(blank=True, max_length=400)),
                ('problem', models.CharField(blank=True, max_length=64)),
                ('outcome', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(default='idle', max_length=12)),
                ('stopping', models.BooleanField(default=False)),
                ('progress', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='siting_proposals', to='programmes.programme')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='siting_budget_not_negative')],
            },
        ),
        migrations.AddField(
            model_name='dispatchplan',
            name='chosen',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.scenario'),
        ),
        migrations.AddConstraint(
            model_name='dispatchplan',
            constraint=models.CheckConstraint(condition=models.Q(('months__range', (1, 120))), name='plan_months_1_to_120'),
        ),
        migrations.AddConstraint(
            model_name='dispatchplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['submitted', 'approved', 'adopted']), _negated=True), ('chosen__isnull', False), _connector='OR'), name='plan_submitted_with_a_scenario'),
        ),
    ]
