import type { WorkloadDocument } from '../src/index.ts'

/** What stands for a reference in resolved text: `<Logical.Attribute>`. */
type Values = Readonly<Record<string, string>>

/** Resolves the functions that occur in user data; a reference without a given value becomes its own name in `<>`. */
export function resolveText(value: unknown, values: Values = {}): string {
  if (typeof value === 'string') return value
  const [[name, argument] = ['', undefined]] = Object.entries(value ?? {})
  switch (name) {
    case 'Fn::Base64':
      return resolveText(argument, values)
    case 'Fn::Join':
      return argument[1].map((part: unknown) => resolveText(part, values)).join(argument[0])
    case 'Fn::Sub':
      return argument.replaceAll(/\$\{(.*?)\}/g, (_: string, key: string) => values[key] ?? `<${key}>`)
    case 'Ref':
      return values[argument] ?? `<${argument}>`
    case 'Fn::GetAtt':
      return values[argument.join('.')] ?? `<${argument.join('.')}>`
    default:
      throw new Error(`user data uses ${name}, which this test does not know`)
  }
}

/** The workload document between the heredoc's two lines. */
export function documentIn(userData: string): WorkloadDocument {
  const [, document] =
    userData.match(/^cat > \/etc\/terrace\/workload\.json <<'TERRACE_WORKLOAD'\n([\s\S]*?)\nTERRACE_WORKLOAD$/m) ?? []
  if (!document) throw new Error('the user data writes no workload document')
  return JSON.parse(document)
}
