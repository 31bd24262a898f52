import * as z from 'zod'
/** What a note is to a client. */
export declare const noteSchema: z.ZodObject<
  {
    id: z.ZodInt
    title: z.ZodString
    description: z.ZodString
    tags: z.ZodArray<z.ZodString>
    done: z.ZodBoolean
    version: z.ZodInt
    created_at: z.ZodISODateTime
    updated_at: z.ZodISODateTime
  },
  z.core.$strip
>
export type Note = Readonly<z.output<typeof noteSchema>>
/** What a person writes. */
export interface NoteText {
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
}
/** What of a note is to be changed; what isn't named stays. */
export type NotePatch = {
  readonly [Name in keyof NoteText]?: NoteText[Name] | undefined
} & {
  readonly done?: boolean | undefined
}
/** The body that makes a note. */
export declare const newNoteSchema: z.ZodObject<
  {
    title: z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>
    description: z.ZodDefault<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>
    tags: z.ZodDefault<z.ZodPipe<z.ZodArray<z.ZodString>, z.ZodTransform<readonly string[], string[]>>>
    done: z.ZodDefault<z.ZodBoolean>
  },
  z.core.$strip
>
/** The body that replaces one. */
export declare const noteReplacementSchema: z.ZodObject<
  {
    title: z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>
    description: z.ZodDefault<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>
    tags: z.ZodDefault<z.ZodPipe<z.ZodArray<z.ZodString>, z.ZodTransform<readonly string[], string[]>>>
    done: z.ZodDefault<z.ZodBoolean>
    version: z.ZodOptional<z.ZodInt>
  },
  z.core.$strip
>
/** The body that changes one: what isn't named stays. */
export declare const noteChangeSchema: z.ZodObject<
  {
    title: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>
    description: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>
    tags: z.ZodOptional<z.ZodPipe<z.ZodArray<z.ZodString>, z.ZodTransform<readonly string[], string[]>>>
    done: z.ZodOptional<z.ZodBoolean>
    version: z.ZodOptional<z.ZodInt>
  },
  z.core.$strip
>
export type NoteChange = z.output<typeof noteChangeSchema>
/** The query of the list. */
export declare const noteQuerySchema: z.ZodObject<
  {
    q: z.ZodOptional<z.ZodString>
    tag: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>
    done: z.ZodOptional<
      z.ZodPipe<
        z.ZodEnum<{
          false: 'false'
          true: 'true'
        }>,
        z.ZodTransform<boolean, 'false' | 'true'>
      >
    >
    limit: z.ZodDefault<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>
    before: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>
  },
  z.core.$strip
>
/** `/api/notes/{id}` */
export declare const idParameter: z.ZodObject<
  {
    id: z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>
  },
  z.core.$strip
>
