import django.db.models.deletion
import jiedui.core.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=64)),
                ('staff_number', models.CharField(blank=True, max_length=64)),
                ('user_id', models.UUIDField(blank=True, null=True, unique=True)),
                ('example', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DirectoryState',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('token', models.UUIDField(default=jiedui.core.identifiers.new_id)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='directory_state_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='PersonSpecialty',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('specialty', models.CharField(max_length=16)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specialties', to='directory.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='specialty_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='PersonTitle',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=32)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='titles', to='directory.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='title_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, max_length=160)),
                ('code_scheme', models.CharField(blank=True, max_length=32)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('tier', models.CharField(blank=True, max_length=32)),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('altitude_m', models.IntegerField(blank=True, null=True)),
                ('example', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='place_dates_in_order'), models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code_scheme', 'code'), name='place_code_once'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='place_coordinates_possible')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('name', models.CharField(max_length=160)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(max_length=32)),
                ('tier', models.CharField(blank=True, max_length=32)),
                ('example', models.BooleanField(default=False)),
                ('stands_for', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='body', to='directory.place')),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='directory_o_name_65985c_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='organisation_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('specialty', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=120)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='directory.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='department_dates_in_order'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('organisation', 'name'), name='department_name_once_open')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationEdge',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='part_of', to='directory.organisation')),
                ('whole', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='directory.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='organisation_edge_dates_in_order'), models.CheckConstraint(condition=models.Q(('organisation', models.F('whole')), _negated=True), name='organisation_not_part_of_itself')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationIdentifier',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('scheme', models.CharField(max_length=32)),
                ('value', models.CharField(max_length=64)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='directory.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scheme', 'value'), name='identifier_once_in_scheme')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationName',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=160)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='other_names', to='directory.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='directory_o_name_368f13_idx')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='other_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='directory.department')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='directory.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='directory.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='affiliation_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationSeat',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='directory.organisation')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seated', to='directory.place')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='seat_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='PlaceChange',
            fields=[
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('merge', 'Merge'), ('split', 'Split'), ('move', 'Move')], max_length=8)),
                ('on', models.DateField()),
                ('tree', models.CharField(blank=True, max_length=32)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('after', models.ManyToManyField(related_name='changes_into', to='directory.place')),
                ('before', models.ManyToManyField(related_name='changes_away', to='directory.place')),
            ],
        ),
        migrations.CreateModel(
            name='PlaceEdge',
            fields=[
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.UUIDField(default=jiedui.core.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('content', models.CharField(blank=True, editable=False, max_length=64)),
                ('tree', models.CharField(max_length=32)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children', to='directory.place')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parents', to='directory.place')),
            ],
            options={
                'indexes': [models.Index(fields=['tree', 'parent'], name='directory_p_tree_dc95df_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='place_edge_dates_in_order'), models.CheckConstraint(condition=models.Q(('place', models.F('parent')), _negated=True), name='place_not_below_itself'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('tree', 'place'), name='place_has_one_open_parent_in_a_tree')],
            },
        ),
    ]
