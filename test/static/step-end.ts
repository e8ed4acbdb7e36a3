/** Either what went wrong, as the user should read it, or perhaps a remark. */
export type StepEnd = { readonly failure: string } | { readonly remark?: string };
