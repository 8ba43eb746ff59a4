//! What a file mentions: the paths in its tokens.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The paths of a file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) mentions: Vec<Mention>,
    /// What a `use` binds to a name.
    pub(super) bindings: Vec<(String, Mention)>,
}

/// A path, and the module in which it stands.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) module: Vec<String>,
    pub(super) path: Vec<String>,
}

impl File {
    /// Notes the paths that stand in a module, and the modules within it.
    pub(super) fn scan(
        &mut self,
        tokens: TokenStream,
        module: &[String],
        inline: &mut Vec<Vec<String>>,
    ) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match (token, tokens.get(at + 1), tokens.get(at + 2)) {
                // Not the `use<'a>` of a return type.
                (TokenTree::Ident(word), Some(after), _) if word == "use" && !is(after, '<') => {
                    let rest = &tokens[at + 1..];
                    let end = rest.iter().position(|token| is(token, ';'));
                    let end = end.unwrap_or(rest.len());
                    self.scan_use(&rest[..end], &[], module);
                    at += end + 1;
                }
                (
                    TokenTree::Ident(word),
                    Some(TokenTree::Ident(name)),
                    Some(TokenTree::Group(body)),
                ) if word == "mod" => {
                    let inner = [module, &[name.to_string()]].concat();
                    inline.push(inner.clone());
                    self.scan(body.stream(), &inner, inline);
                    at += 3;
                }
                (TokenTree::Ident(_), ..) if at < 2 || !is_separator(&tokens[at - 2..]) => {
                    let mut path = vec![token.to_string()];
                    while is_separator(&tokens[at + 1..])
                        && let Some(TokenTree::Ident(name)) = tokens.get(at + 3)
                    {
                        path.push(name.to_string());
                        at += 3;
                    }
                    if path.len() > 1 {
                        let module = module.to_vec();
                        self.mentions.push(Mention { module, path });
                    }
                    at += 1;
                }
                (TokenTree::Group(group), ..) => {
                    self.scan(group.stream(), module, inline);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// Notes the paths of a `use`, whose tokens after `prefix` these are.
    fn scan_use(&mut self, tokens: &[TokenTree], prefix: &[String], module: &[String]) {
        let mut path = prefix.to_vec();
        let mut rest = tokens;
        // An absolute path leads into another crate.
        if is_separator(rest) && prefix.is_empty() {
            return;
        }
        loop {
            match rest {
                [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "as" => {
                    return self.bind(name.to_string(), path, module);
                }
                [TokenTree::Ident(name), ..] if name == "self" && !path.is_empty() => {}
                [TokenTree::Ident(name), ..] => path.push(name.to_string()),
                [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for tree in inner.split(|token| is(token, ',')) {
                        if !tree.is_empty() {
                            self.scan_use(tree, &path, module);
                        }
                    }
                    return;
                }
                // All of a module, or the end.
                _ => break,
            }
            rest = &rest[1..];
            if is_separator(rest) {
                rest = &rest[2..];
            }
        }
        let name = path.last().cloned().unwrap_or_default();
        self.bind(name, path, module);
    }

    fn bind(&mut self, name: String, path: Vec<String>, module: &[String]) {
        let module = module.to_vec();
        let mention = Mention { module, path };
        self.mentions.push(mention.clone());
        self.bindings.push((name, mention));
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Whether the tokens begin with `::`.
fn is_separator(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Punct(first), second, ..] => {
            first.as_char() == ':' && first.spacing() == Spacing::Joint && is(second, ':')
        }
        _ => false,
    }
}
