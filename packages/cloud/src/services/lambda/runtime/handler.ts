// Loaded into functions: imports nothing outside this folder.
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { RuntimeFailure } from './failure.ts'

/** A handler as it is written: it returns a promise, or calls back. */
export type Handler = (event: unknown, context: object, callback: Callback) => unknown

export type Callback = (error?: unknown, result?: unknown) => void

const ENDINGS = ['', '.js', '.mjs', '.cjs']

/**
 * Finds the handler that `<folders>/<file>.<export>` names.
 *
 * @param root  where the code lies
 * @throws RuntimeFailure with AWS's name for what is wrong
 */
export async function loadHandler(root: string, handler: string): Promise<Handler> {
  const slash = handler.lastIndexOf('/') + 1
  const dot = handler.indexOf('.', slash)
  if (dot < 0 || handler.includes('..')) {
    throw new RuntimeFailure('Runtime.MalformedHandlerName', `Bad handler: '${handler}' is not <file>.<export>`)
  }
  const module = handler.slice(0, dot)
  const names = handler.slice(dot + 1).split('.')
  const found = lookUp(await load(resolve(root, module), module), names)
  if (typeof found === 'function') return found as Handler
  const message = found === undefined ? 'is undefined or not exported' : 'is not a function'
  throw new RuntimeFailure('Runtime.HandlerNotFound', `${handler} ${message}`)
}

async function load(path: string, module: string): Promise<unknown> {
  const file = ENDINGS.map(ending => `${path}${ending}`).find(isFile)
  if (file === undefined) {
    throw new RuntimeFailure('Runtime.ImportModuleError', `Error: Cannot find module '${module}'`)
  }
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', error)
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') throw named('Runtime.ImportModuleError', error)
    throw error
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

function named(name: string, error: unknown): RuntimeFailure {
  const failure = new RuntimeFailure(name, String(error))
  if (error instanceof Error && error.stack !== undefined) failure.stack = `${name}: ${error.stack}`
  return failure
}

// What CommonJS exports is below `default`, and by name where Node could tell.
function lookUp(module: unknown, names: readonly string[]): unknown {
  const own = walk(module, names)
  return own ?? walk(module, ['default', ...names])
}

const walk = (from: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (value, name) =>
      (typeof value === 'object' && value !== null) || typeof value === 'function'
        ? Reflect.get(value, name)
        : undefined,
    from,
  )
