from django.urls import path

from courses.views import catalogue, documents, learning, papers, people, playing, reports, tracking

app_name = "courses"
urlpatterns = [
    path("khoa-hoc/", catalogue.catalogue, name="catalogue"),
    path("khoa-hoc/<slug:course>/", catalogue.course, name="course"),
    path("khoa-hoc/<slug:course>/ghi-danh/", catalogue.enrol, name="enrol"),
    path("hoc/", learning.mine, name="learning"),
    path("hoc/<slug:course>/kiem-tra/", papers.paper, name="paper"),
    path("hoc/<slug:course>/kiem-tra/bat-dau/", papers.start, name="start"),
    path("hoc/<slug:course>/kiem-tra/<uuid:attempt>/", papers.attempt, name="attempt"),
    path("hoc/<slug:course>/kiem-tra/<uuid:attempt>/luu/", papers.save, name="save"),
    path("hoc/<slug:course>/kiem-tra/<uuid:attempt>/nop/", papers.finish, name="finish"),
    path("hoc/<slug:course>/kiem-tra/<uuid:attempt>/ket-qua/", papers.result, name="result"),
    path("hoc/<slug:course>/<slug:lesson>/", learning.lesson, name="lesson"),
    path("hoc/<slug:course>/<slug:lesson>/xong/", learning.finish, name="finish_lesson"),
    path("hoc/<slug:course>/<slug:lesson>/on/<int:question>/", learning.practise, name="practise"),
    path("hoc/<slug:course>/<slug:lesson>/choi/<uuid:place>/", playing.play, name="play"),
    path("hoc/<slug:course>/<slug:lesson>/luot/<uuid:run>/", playing.run, name="run"),
    path("hoc/<slug:course>/<slug:lesson>/luot/<uuid:run>/luu/", playing.save, name="save_run"),
    path("hoc/<slug:course>/<slug:lesson>/luot/<uuid:run>/nop/", playing.submit, name="submit_run"),
    path("khoa-hoc/<slug:course>/tuong-tac/", reports.report, name="interactive_report"),
    path("khoa-hoc/<slug:course>/tuong-tac/<uuid:run>/", reports.person, name="interactive_run"),
    path("van-ban/can-ra-soat/", documents.to_review, name="to_review"),
    path("van-ban/<slug:slug>/", documents.document, name="legal_document"),
    path("don-vi/", tracking.people, name="tracking"),
    path("don-vi/tien-do.xlsx", tracking.export, name="tracking_export"),
    path("don-vi/nhac/", tracking.remind, name="remind"),
    path("don-vi/danh-sach-goi/", tracking.call_list, name="call_list"),
    path("don-vi/mien/<int:obligation>/", tracking.waive, name="waive"),
    path("don-vi/nguoi/<uuid:public_id>/hoc/", people.learning, name="person_learning"),
    path("don-vi/yeu-cau/", tracking.requirements, name="requirements"),
]
