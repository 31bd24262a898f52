export { bundleNodeApp, type NodeAppProps } from './node-app.ts'
export { bundleNodeFunction, FUNCTION_HANDLER, type NodeFunctionProps } from './node-function.ts'
export { buildSite, type SiteProps } from './site.ts'
