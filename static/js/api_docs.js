"use strict";

// The API's page: Swagger UI on the site's own OpenAPI document. Nothing is loaded from elsewhere.
const api = document.getElementById("api");
window.SwaggerUIBundle({
  url: api.dataset.document,
  domNode: api,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  presets: [window.SwaggerUIBundle.presets.apis],
  validatorUrl: null,
});
