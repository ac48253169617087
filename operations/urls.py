from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("cong-viec/<uuid:job>/", views.job, name="job"),
    path("cong-viec/<uuid:job>/tien-do/", views.job_progress, name="job_progress"),
    path("thong-bao/", views.notices, name="notices"),
]
