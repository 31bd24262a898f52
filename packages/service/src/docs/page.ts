import type { ApiInfo } from '../http/openapi.ts'

/** The page at `/docs`; its script fills it from `/openapi.json`. */
export const docsPage = (info: ApiInfo): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/docs.css">
<script type="module" src="/docs/docs.js"></script>
</head>
<body>
<header>
<h1>${escapeHtml(info.title)} <small>${escapeHtml(info.version)}</small></h1>
<p>${escapeHtml(info.description)}</p>
<p><a href="/openapi.json">OpenAPI document</a></p>
</header>
<main id="operations" aria-busy="true"><p>Loading…</p></main>
<noscript><p>This page needs scripts; the OpenAPI document says the same.</p></noscript>
</body>
</html>
`

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
