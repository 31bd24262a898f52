import type { ReactNode } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Button, type ButtonProps } from '../button/button.tsx'

export interface FileButtonProps extends Pick<ButtonProps, 'label' | 'size' | 'look' | 'isDisabled'> {
  /** The verb and the object: "Add picture". */
  readonly children: ReactNode
  /** Types that the browser offers, such as `image/png`; somebody may choose another one all the same. */
  readonly types: readonly string[]
  readonly onChoose: (file: File) => void
}

/** A button that lets somebody choose one file. */
export const FileButton = ({ types, onChoose, children, ...button }: FileButtonProps) => (
  <FileTrigger
    acceptedFileTypes={types}
    onSelect={files => {
      const file = files?.[0]
      if (file) onChoose(file)
    }}
  >
    <Button {...button}>{children}</Button>
  </FileTrigger>
)
