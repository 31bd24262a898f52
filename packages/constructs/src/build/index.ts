export { bundleNodeApp, type NodeAppProps } from './node-app.ts'
export { buildSite, type SiteProps } from './site.ts'
