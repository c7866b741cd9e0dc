// Node's own import: a test runner that rewrites `import()` in TypeScript leaves this file alone,
// so that functions run as they were bundled.
module.exports = (url) => import(url);
