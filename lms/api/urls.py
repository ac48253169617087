from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from lms.api import documenting, people, training, views

app_name = "api"
urlpatterns = [
    path("courses/", views.CourseList.as_view(), name="courses"),
    path("courses/<str:code>/", views.CoursePage.as_view(), name="course"),
    path("me/", views.Myself.as_view(), name="me"),
    path("me/learning/", views.MyLearning.as_view(), name="learning"),
    path("me/certificates/", views.MyCertificates.as_view(), name="my_certificates"),
    path("certificates/<str:code>/", views.CertificatePage.as_view(), name="certificate"),
    path("units/", views.UnitList.as_view(), name="units"),
    path("units/by-code/<str:code>/", people.UnitByCode.as_view(), name="unit_by_code"),
    path("people/", views.PersonList.as_view(), name="people"),
    path("people/batch/", people.PersonBatch.as_view(), name="people_batch"),
    path("people/changes/", people.PersonChangeList.as_view(), name="people_changes"),
    path(
        "people/by-external-id/<str:external_id>/",
        people.PersonByExternalId.as_view(),
        name="person_by_external_id",
    ),
    path("people/<uuid:public_id>/", people.PersonPage.as_view(), name="person"),
    path("posts/", people.PostList.as_view(), name="posts"),
    path("positions/", people.PositionList.as_view(), name="positions"),
    path(
        "positions/by-code/<slug:code>/",
        people.PositionByCode.as_view(),
        name="position_by_code",
    ),
    path("training-records/", training.TrainingRecordList.as_view(), name="training"),
    path("indicators/<slug:plan>/", views.PlanPage.as_view(), name="plan"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", documenting.docs, name="docs"),
    path("", documenting.home, name="home"),
    path("<path:path>", documenting.nothing, name="nothing"),
]
