//! Text that an authority wrote, in English and, where it has been translated, in Welsh.

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// Welsh, Cymraeg.
    Cy,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Cy];

    /// The code that HTML's `lang` and our URLs use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cy => "cy",
        }
    }

    /// The other language: every page has a twin in it.
    #[must_use]
    pub fn twin(self) -> Self {
        match self {
            Self::En => Self::Cy,
            Self::Cy => Self::En,
        }
    }
}

/// A text in English and perhaps in Welsh.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text {
    /// English; the only language that is always there.
    pub en: String,
    /// Welsh, `None` where nobody translated it.
    pub cy: Option<String>,
}

impl Text {
    /// A text that is the same in both languages, or known in English only.
    pub fn english(en: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            cy: None,
        }
    }

    /// A text with its translation; an empty or equal translation counts as none.
    pub fn bilingual(en: impl Into<String>, cy: Option<String>) -> Self {
        let en = en.into();
        let cy = cy.filter(|cy| !cy.trim().is_empty() && *cy != en);
        Self { en, cy }
    }

    /// The text in `lang`, else in English, and the language that it is really in.
    #[must_use]
    pub fn best(&self, lang: Lang) -> (&str, Lang) {
        match (lang, &self.cy) {
            (Lang::Cy, Some(cy)) => (cy, Lang::Cy),
            _ => (&self.en, Lang::En),
        }
    }

    /// The text in `lang`, else in English.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        self.best(lang).0
    }
}

/// A small letter without the mark over it that Welsh, English or a neighbour writes.
#[must_use]
pub fn without_mark(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ä' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ẁ' | 'ẃ' | 'ŵ' | 'ẅ' => 'w',
        'ỳ' | 'ý' | 'ŷ' | 'ÿ' => 'y',
        c => c,
    }
}
