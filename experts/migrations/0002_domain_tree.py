"""A sensible first tree of domains, two levels deep. Admins may add to it."""

from django.db import migrations

TREE = {
    "Medicine": ["Cardiology", "Neurology", "Oncology", "Paediatrics", "Psychiatry", "Pharmacology", "Public health"],
    "Biology": ["Genetics", "Ecology", "Microbiology"],
    "Chemistry": [],
    "Physics": [],
    "Mathematics": ["Algebra", "Analysis", "Discrete mathematics", "Geometry", "Number theory", "Statistics"],
    "Computer science": ["Algorithms", "Programming", "Security", "Systems"],
    "Data science": ["Machine learning"],
    "Engineering": ["Civil engineering", "Electrical engineering", "Mechanical engineering"],
    "Environment": [],
    "Law": ["Contract law", "Criminal law", "Public law"],
    "Economics": [],
    "Finance": ["Accounting"],
    "Business": [],
    "Psychology": [],
    "Social science": ["Anthropology", "Political science", "Sociology"],
    "Education": [],
    "History": [],
    "Linguistics": [],
    "Literature": [],
    "Philosophy and religion": [],
    "Arts": ["Music", "Visual arts"],
    "Food and drink": [],
    "Community": [],
    "Reading comprehension": [],
    "General": [],
}
# Where the slug that data in the field uses is shorter than the name.
SLUGS = {"Philosophy and religion": "philosophy_religion", "Food and drink": "food_drink"}


def slug(name):
    return SLUGS.get(name, name.lower().replace(" ", "_"))


def plant(apps, schema_editor):
    Domain = apps.get_model("experts", "Domain")
    for name, children in TREE.items():
        parent = Domain.objects.create(slug=slug(name), name=name)
        Domain.objects.bulk_create([Domain(slug=slug(child), name=child, parent=parent) for child in children])


class Migration(migrations.Migration):
    dependencies = [("experts", "0001_initial")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
