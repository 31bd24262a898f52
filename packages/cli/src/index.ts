export { type Context, EXIT } from './context.ts'
export { projectAbove, stateFolderOf } from './project.ts'
export { type Run, run } from './run.ts'
export { resolveTarget, type Target } from './target/target.ts'
