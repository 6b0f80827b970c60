import { defineConfig } from "vite";

export default defineConfig({
  // The server answers built files below this path; src/server/graphiql.rs names it too.
  base: "/graphiql/",
  worker: { format: "es" },
  build: {
    // The editor alone is larger than the warning's limit, and it is never fetched over a network
    // that is slower than the one that the API is asked over.
    chunkSizeWarningLimit: 5000,
    rollupOptions: {
      onwarn(warning, warn) {
        // Libraries mark files for server rendering, of which there is none here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") {
          warn(warning);
        }
      },
    },
  },
  server: {
    proxy: { "/graphql": "http://127.0.0.1:8000", "/graphiql/demo.json": "http://127.0.0.1:8000" },
  },
});
