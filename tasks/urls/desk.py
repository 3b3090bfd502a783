"""Where admins run projects and import tasks."""

from django.urls import path

from tasks.views import imports, looking, projects

urlpatterns = [
    path("projects/", projects.projects, name="projects"),
    path("projects/new/", projects.new, name="project_new"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/settings/", projects.settings, name="project_settings"),
    path("projects/<slug:slug>/guideline/", projects.guideline, name="project_guideline"),
    path("projects/<slug:slug>/claims/", projects.claims, name="project_claims"),
    path("projects/<slug:slug>/tasks/", projects.task_list, name="project_tasks"),
    path("projects/<slug:slug>/import/", imports.upload, name="import_upload"),
    path("tasks/", looking.set_aside, name="tasks_set_aside"),
    path("tasks/<int:task_id>/", looking.task, name="desk_task"),
    path("tasks/<int:task_id>/look/", looking.look, name="desk_task_look"),
    path("imports/<int:import_id>/", imports.one, name="import"),
    path("imports/<int:import_id>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<int:import_id>/retry/", imports.retry, name="import_retry"),
    path("imports/<int:import_id>/problems.csv", imports.problems, name="import_problems"),
]
