from django.urls import path

from media.views import files, interactive, libraries, revisions

app_name = "media"
urlpatterns = [
    path("tep/images/<path:name>", files.picture, name="picture"),
    path("tep/recordings/<path:name>", files.recording, name="recording"),
    path("tep/legal/<path:name>", files.legal_document, name="legal_file"),
    # No cookie is read or set under these two (lms.packages).
    path("tep/tuong-tac/<slug:content>/", files.player, name="player"),
    path("tep/h5p/<path:name>", files.player_file, name="player_file"),
    # Interactive content, for those who write; and its libraries, for administrators
    path("tuong-tac/", interactive.contents, name="contents"),
    path("tuong-tac/moi/", interactive.new, name="new"),
    path("tuong-tac/thu-vien/", libraries.libraries, name="libraries"),
    path("tuong-tac/thu-vien/<int:pk>/", libraries.library, name="library"),
    path("tuong-tac/thu-vien/<int:pk>/chuyen/", libraries.move, name="move"),
    path("tuong-tac/<uuid:public_id>/", interactive.content, name="content"),
    path("tuong-tac/<uuid:public_id>/sua/", interactive.edit, name="edit"),
    path("tuong-tac/<uuid:public_id>/so-sanh/", revisions.compare, name="compare"),
    path(
        "tuong-tac/<uuid:public_id>/ban/<int:number>/khoi-phuc/", revisions.restore, name="restore"
    ),
    path("tuong-tac/<uuid:public_id>/chep/", interactive.copy, name="copy"),
    path("tuong-tac/<uuid:public_id>/ban-<int:number>.h5p", interactive.package, name="package"),
    path("tuong-tac/<uuid:public_id>/xem-thu/", interactive.tried, name="tried"),
]
