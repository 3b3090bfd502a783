import { defineConfig } from "vite";

// django-vite reads the manifest; WhiteNoise serves what it names. Nothing is inlined: the Content-Security-Policy
// would refuse data: fonts.
export default defineConfig({
  base: "/static/",
  build: {
    manifest: true,
    outDir: "dist",
    assetsInlineLimit: 0,
    rollupOptions: { input: ["src/main.ts", "src/desk.ts", "src/review.ts"] },
  },
});
