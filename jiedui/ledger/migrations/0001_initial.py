import django.db.models.deletion
import jiedui.core.clock
import jiedui.core.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('added_at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('added_by', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('created_by', models.UUIDField(null=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='programmes.programme')),
            ],
        ),
        migrations.CreateModel(
            name='EntryVersion',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=48)),
                ('happened_from', models.DateField()),
                ('happened_to', models.DateField()),
                ('narrative', models.TextField(blank=True)),
                ('state', models.CharField(default='draft', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('recorded_on', models.DateField()),
                ('recorded_at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('recorded_by', models.UUIDField(null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_by', models.UUIDField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.UUIDField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.UUIDField(blank=True, null=True)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.department')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='ledger.entry')),
                ('giver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
                ('pairing', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.pairing')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.place')),
                ('receiver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
                ('recorded_for', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['-happened_from', '-id'], name='ledger_entr_happene_7d7a3c_idx'), models.Index(fields=['receiver', 'state', '-happened_from'], name='ledger_entr_receive_94ef2a_idx'), models.Index(fields=['giver', 'state', '-happened_from'], name='ledger_entr_giver_i_eaaaad_idx'), models.Index(fields=['state', 'recorded_at'], name='ledger_entr_state_719bfa_idx'), models.Index(condition=models.Q(('confirmed_at__isnull', False)), fields=['-confirmed_at'], name='entry_confirmed_lately'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['-ended_at'], name='entry_ended_lately')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'number'), name='entry_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'confirmed')), fields=('entry',), name='entry_confirmed_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'returned'])), fields=('entry',), name='entry_one_version_in_hand'), models.CheckConstraint(condition=models.Q(('happened_to__gte', models.F('happened_from'))), name='entry_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='EntryQuantity',
            fields=[
                ('measure', models.CharField(max_length=48)),
                ('item', models.CharField(blank=True, max_length=64)),
                ('value', models.DecimalField(decimal_places=2, max_digits=18)),
                ('high', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('precision', models.CharField(choices=[('exact', 'exact'), ('at_least', 'at_least'), ('about', 'about'), ('range', 'range')], default='exact', max_length=8)),
                ('unit', models.CharField(max_length=16)),
                ('unit_class', models.CharField(choices=[('persons', 'persons'), ('person_times', 'person_times'), ('cases', 'cases'), ('money', 'money'), ('things', 'things')], max_length=16)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('line', models.PositiveSmallIntegerField()),
                ('output_class', models.CharField(choices=[('do', 'do'), ('teach', 'teach'), ('enable', 'enable')], max_length=8)),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quantities', to='ledger.entryversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'line'), name='quantity_line_once'), models.UniqueConstraint(fields=('version', 'measure', 'item', 'unit_class'), name='output_counted_once'), models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='quantity_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='EntryEvidence',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='ledger.entryversion')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.evidencefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'file'), name='evidence_once')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('measure', models.CharField(max_length=48)),
                ('item', models.CharField(blank=True, max_length=64)),
                ('value', models.DecimalField(decimal_places=2, max_digits=18)),
                ('high', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('precision', models.CharField(choices=[('exact', 'exact'), ('at_least', 'at_least'), ('about', 'about'), ('range', 'range')], default='exact', max_length=8)),
                ('unit', models.CharField(max_length=16)),
                ('unit_class', models.CharField(choices=[('persons', 'persons'), ('person_times', 'person_times'), ('cases', 'cases'), ('money', 'money'), ('things', 'things')], max_length=16)),
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sign', models.SmallIntegerField()),
                ('entry_id', models.UUIDField()),
                ('version_id', models.UUIDField()),
                ('number', models.PositiveIntegerField()),
                ('line', models.PositiveSmallIntegerField()),
                ('programme_id', models.UUIDField()),
                ('kind', models.CharField(max_length=48)),
                ('output_class', models.CharField(max_length=8)),
                ('giver_id', models.UUIDField()),
                ('receiver_id', models.UUIDField()),
                ('place_id', models.UUIDField(null=True)),
                ('happened_from', models.DateField()),
                ('happened_to', models.DateField()),
                ('known_from', models.DateField()),
                ('confirmed_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version_id', 'line', 'sign'), name='fact_once'), models.CheckConstraint(condition=models.Q(('sign__in', [1, -1])), name='fact_sign')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(blank=True, max_length=32)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='directory.person')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='ledger.entryversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'person'), name='participant_once')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=32, unique=True)),
                ('publisher', models.CharField(max_length=160)),
                ('published_on', models.DateField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='programmes.programme')),
            ],
        ),
        migrations.CreateModel(
            name='RefusedWrite',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('object_id', models.UUIDField()),
                ('content_hash', models.CharField(max_length=64)),
                ('content', models.JSONField()),
                ('at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('object_id', 'content_hash'), name='refused_once')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('measure', models.CharField(max_length=48)),
                ('item', models.CharField(blank=True, max_length=64)),
                ('value', models.DecimalField(decimal_places=2, max_digits=18)),
                ('high', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('precision', models.CharField(choices=[('exact', 'exact'), ('at_least', 'at_least'), ('about', 'about'), ('range', 'range')], default='exact', max_length=8)),
                ('unit', models.CharField(max_length=16)),
                ('unit_class', models.CharField(choices=[('persons', 'persons'), ('person_times', 'person_times'), ('cases', 'cases'), ('money', 'money'), ('things', 'things')], max_length=16)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('claim', models.CharField(max_length=32, unique=True)),
                ('sequence', models.BigIntegerField(unique=True)),
                ('content_hash', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('flow', 'flow'), ('stock', 'stock'), ('plan', 'plan'), ('price', 'price')], max_length=8)),
                ('giver_text', models.CharField(blank=True, max_length=160)),
                ('receiver_text', models.CharField(blank=True, max_length=160)),
                ('period_text', models.CharField(blank=True, max_length=160)),
                ('start_text', models.CharField(blank=True, max_length=10)),
                ('end_text', models.CharField(blank=True, max_length=10)),
                ('period_start', models.DateField(blank=True, null=True)),
                ('period_end', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('part_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.statement')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='ledger.publication')),
                ('same_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeats', to='ledger.statement')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('period_start__isnull', True), ('period_end__isnull', True), ('period_end__gte', models.F('period_start')), _connector='OR'), name='statement_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Placing',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('sequence', models.BigIntegerField(unique=True)),
                ('placed_at', models.DateTimeField(default=jiedui.core.clock.now)),
                ('placed_by', models.UUIDField(null=True)),
                ('givers', models.ManyToManyField(related_name='+', to='directory.organisation')),
                ('receivers', models.ManyToManyField(related_name='+', to='directory.organisation')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placings', to='ledger.statement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('statement', 'number'), name='placing_once')],
            },
        ),
    ]
