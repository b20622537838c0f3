/** The version and the commit end up in `/api/health/live`, so that a check can tell which build answers. */
export default {
  poweredByHeader: false,
  eslint: { ignoreDuringBuilds: true },
  env: {
    APP_VERSION: process.env.APP_VERSION ?? process.env.npm_package_version ?? "0.0.0",
    APP_COMMIT: process.env.VERCEL_GIT_COMMIT_SHA ?? "unknown",
  },
};
