import type { TemplateNode } from '../read/template-node.ts'

/** Which section is being evaluated: Rules have functions of their own. */
export type Section = 'template' | 'rules'

/** What an intrinsic function can ask for: everything outside of its own arguments. */
export interface Scope {
  readonly file: string
  readonly region: string
  readonly section: Section
  /** The template has the transform `AWS::LanguageExtensions`. */
  readonly languageExtensions: boolean
  /** Replaces every function in the node; nothing for `AWS::NoValue`. */
  resolve(node: TemplateNode): TemplateNode | undefined
  /** What `Ref` gives for a parameter, a pseudo parameter or a resource. */
  ref(name: string, line: number): TemplateNode | undefined
  attribute(logicalId: string, attribute: string, line: number): TemplateNode
  condition(name: string, line: number): boolean
  /** The entry of a mapping, or what is missing: the mapping, its top key or its second key. */
  mapping(name: string, top: string, second: string): TemplateNode | 'mapping' | 'top' | 'second'
  exported(name: string, line: number): string
  /** Values of every parameter of a type, for `Fn::RefAll`. */
  parametersOfType(type: string): readonly string[]
}

/** One use of a function. */
export interface Call {
  /** Such as `Fn::Join`. */
  readonly name: string
  readonly argument: TemplateNode
  readonly line: number
  readonly scope: Scope
}

/** Gives the value that stands in the function's place; nothing when the property is to be left out. */
export type Intrinsic = (call: Call) => TemplateNode | undefined

/** A function of the Conditions and Rules sections. `holds` evaluates a condition among its arguments. */
export type ConditionFunction = (call: Call, holds: (node: TemplateNode) => boolean) => boolean
