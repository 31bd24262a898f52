import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vite'

/**
 * The names that the sources below a folder read of objects: `input.Name`, `const { Name } = …`, `input['Name']`, and every
 * text, since names are also listed. Tests are left out. What a source only writes (`{ Name: … }`) doesn't count.
 */
export function namesReadBelow(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const names = new Set<string>()
  for (const file of files) collect(parseAst(readFileSync(join(folder, file), 'utf8'), { lang: 'ts' }), names)
  return names
}

function collect(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, names)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const node: Readonly<Record<string, unknown>> = { ...value }
  if (node.type === 'MemberExpression' && node.computed === false) add(node.property, names)
  if (node.type === 'Literal' && typeof node.value === 'string') names.add(node.value)
  if (node.type === 'ObjectPattern' && Array.isArray(node.properties)) {
    for (const property of node.properties) add(Reflect.get(Object(property), 'key'), names)
  }
  // The keys of what is written are no texts that are read.
  const { key, ...rest } = node
  for (const inside of Object.values(node.type === 'Property' && node.computed === false ? rest : { ...rest, key })) {
    collect(inside, names)
  }
}

function add(identifier: unknown, names: Set<string>): void {
  const name: unknown = Reflect.get(Object(identifier), 'name') ?? Reflect.get(Object(identifier), 'value')
  if (typeof name === 'string') names.add(name)
}
