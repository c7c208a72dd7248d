"""Where they are."""

from rest_framework.routers import SimpleRouter

from tasks.views import Tasks

router = SimpleRouter(trailing_slash=False)
router.register("tasks", Tasks)
urlpatterns = router.urls
