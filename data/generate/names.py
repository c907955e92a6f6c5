"""Names of streets, houses and farms. Streets as (English, Welsh); where both are the same the street has one name."""

OLD = [
    ("Gate Street", "Stryd y Porth"), ("Bell Lane", "Lôn y Gloch"), ("Anchor Lane", "Lôn yr Angor"),
    ("Baker's Lane", "Lôn y Pobydd"), ("Well Street", "Stryd y Ffynnon"), ("Smithy Lane", "Lôn yr Efail"),
    ("Salt Lane", "Lôn yr Halen"), ("Lifeboat Street", "Stryd y Bad Achub"), ("Custom House Street", "Stryd y Tollty"),
    ("Fish Street", "Stryd y Pysgod"), ("Tower Street", "Stryd y Tŵr"), ("Cross Street", "Stryd y Groes"),
    ("Bank Street", "Stryd y Banc"), ("Weavers' Row", "Rhes y Gwehyddion"), ("Sailors' Row", "Rhes y Morwyr"),
    ("Old Wall Street", "Stryd yr Hen Fur"), ("Priory Street", "Stryd y Priordy"), ("Abbot's Lane", "Lôn yr Abad"),
    ("Corn Street", "Stryd yr Ŷd"), ("Goose Lane", "Lôn yr Ŵydd"), ("Sun Street", "Stryd yr Haul"),
    ("Dove Lane", "Lôn y Golomen"), ("Theatre Street", "Stryd y Theatr"), ("Court Street", "Stryd y Llys"),
    ("Wine Street", "Stryd y Gwin"), ("Lantern Lane", "Lôn y Llusern"), ("Pilot Street", "Stryd y Peilot"),
    ("Net Lane", "Lôn y Rhwydi"), ("Tide Lane", "Lôn y Llanw"), ("Cooper's Lane", "Lôn y Cowper"),
    ("Candle Lane", "Lôn y Gannwyll"), ("Ferry Street", "Stryd y Fferi"),
]
TERRACE = [
    ("Queen Street", "Stryd y Frenhines"), ("King Street", "Stryd y Brenin"), ("Prince Street", "Stryd y Tywysog"),
    ("Princess Street", "Stryd y Dywysoges"), ("Victoria Street", "Stryd Fictoria"), ("Park Street", "Stryd y Parc"),
    ("North Street", "Stryd y Gogledd"), ("South Street", "Stryd y De"), ("West Street", "Stryd y Gorllewin"),
    ("East Street", "Stryd y Dwyrain"), ("School Street", "Stryd yr Ysgol"), ("Union Street", "Stryd yr Undeb"),
    ("Garden Street", "Stryd yr Ardd"), ("Railway Terrace", "Rhes y Rheilffordd"), ("Foundry Street", "Stryd y Ffowndri"),
    ("Slate Street", "Stryd y Llechi"), ("Orchard Street", "Stryd y Berllan"), ("Oak Street", "Stryd y Dderwen"),
    ("Ash Street", "Stryd yr Onnen"), ("Holly Street", "Stryd y Gelynnen"), ("Rose Street", "Stryd y Rhosyn"),
    ("Taliesin Street", "Stryd Taliesin"), ("Llywelyn Street", "Stryd Llywelyn"), ("Glyndŵr Street", "Stryd Glyndŵr"),
    ("Arthur Street", "Stryd Arthur"), ("Bethel Street", "Stryd Bethel"), ("Seion Street", "Stryd Seion"),
    ("Salem Street", "Stryd Salem"), ("Ebenezer Street", "Stryd Ebeneser"), ("Bay Street", "Stryd y Bae"),
    ("Sand Street", "Stryd y Tywod"), ("Wave Street", "Stryd y Don"), ("Library Street", "Stryd y Llyfrgell"),
    ("Mountain View", "Golwg y Mynydd"), ("Sea View", "Golwg y Môr"), ("Signal Street", "Stryd y Signal"),
    ("Engine Street", "Stryd yr Injan"), ("Chapel Terrace", "Rhes y Capel"), ("Quarry Street", "Stryd y Chwarel"),
    ("Lime Street", "Stryd y Calch"), ("Water Street", "Stryd y Dŵr"), ("Charles Street", "Stryd Siarl"),
]
VILLA = [
    ("Park Avenue", "Rhodfa'r Parc"), ("Woodland Avenue", "Rhodfa'r Goedwig"), ("Church Walks", "Rhodfa'r Eglwys"),
    ("Beech Avenue", "Rhodfa'r Ffawydd"), ("Chestnut Avenue", "Rhodfa'r Castan"), ("Cedar Avenue", "Rhodfa'r Cedr"),
    ("Queen's Drive", "Rhodfa'r Frenhines"), ("King's Avenue", "Rhodfa'r Brenin"), ("Abbey Road", "Ffordd yr Abaty"),
    ("Lake Road", "Ffordd y Llyn"), ("Seithenyn Road", "Ffordd Seithenyn"), ("Garanhir Road", "Ffordd Garanhir"),
    ("Bay View Road", "Ffordd Golwg y Bae"), ("Cliff Road", "Ffordd y Clogwyn"), ("Golf Road", "Ffordd y Golff"),
    ("Manor Road", "Ffordd y Faenor"), ("Meadow Road", "Ffordd y Ddôl"), ("College Road", "Ffordd y Coleg"),
    ("Summer Hill", "Bryn Haf"), ("Victoria Park", "Parc Fictoria"), ("Grove Road", "Ffordd y Llwyn"),
    ("Moor Road", "Ffordd y Rhos"), ("Beacon Road", "Ffordd yr Oleufa"), ("Dune Road", "Ffordd y Twyn"),
    ("Swan Road", "Ffordd yr Alarch"), ("Harp Road", "Ffordd y Delyn"), ("Bard Road", "Ffordd y Bardd"),
    ("Sycamore Drive", "Rhodfa'r Masarn"), ("Windmill Road", "Ffordd y Felin Wynt"), ("Crown Road", "Ffordd y Goron"),
    ("Hazel Drive", "Rhodfa'r Cyll"), ("Heron Road", "Ffordd y Crëyr"),
]
SUBURB = [
    ("Hill Crescent", "Cilgant y Bryn"), ("Heather Crescent", "Cilgant y Grug"), ("Coronation Avenue", "Rhodfa'r Coroni"),
    ("North Avenue", "Rhodfa'r Gogledd"), ("School Lane", "Lôn yr Ysgol"), ("Gorse Hill", "Bryn Eithin"),
] + [(name, name) for name in (
    "Maes-y-Coed", "Maes Derw", "Maes Hyfryd", "Bryn Teg", "Bryn-y-Môr", "Cae Gwyn", "Cae Mawr", "Cae'r Gof", "Llwyn Onn",
    "Llwyn Celyn", "Llwyn Bedw", "Llys Mair", "Llys Dewi", "Llys Gwylan", "Clos y Wennol", "Clos yr Ehedydd", "Clos y Barcud",
    "Ffordd Dewi", "Ffordd yr Eryr", "Heol Deg", "Heol Wen", "Pen-y-Bryn", "Pen-y-Cae", "Tan-yr-Allt", "Tan-y-Coed",
    "Awel-y-Môr", "Awel Deg", "Gwêl-y-Don", "Gorwel", "Hafan Deg", "Bro Dawel", "Bro Wyddno", "Bro Mererid", "Trem-y-Bae",
    "Trem-y-Mynydd", "Sŵn-y-Don", "Dôl Werdd", "Dolwen", "Glanrafon", "Clos Glas-y-Dorlan", "Parc Hendre", "Parc y Felin",
    "Cil-y-Coed", "Erw Wen", "Erw Goch", "Y Berllan", "Y Gilfach", "Y Ddôl", "Y Fron", "Pen-y-Maes", "Min-y-Ffordd",
    "Min-y-Coed", "Lôn Ceirios", "Lôn Helyg", "Lôn Masarn", "Lôn Rhedyn", "Maes Afallen", "Maes Celyn", "Maes Garmon",
    "Maes Seren", "Maes Tegid", "Llwyn Eirin", "Clos Brenin", "Bryn Heulog", "Rhodfa Lleuwen", "Heol Gwynedd", "Clos Mair",
    "Ffordd Elin", "Lôn Wen", "Cae Derw")]
BY_MANNER = {"old": OLD, "terrace": TERRACE, "seafront": TERRACE, "villa": VILLA, "semi": SUBURB, "estate": SUBURB}

HOUSES = [
    "Tŷ Gwyn", "Tŷ Newydd", "Tŷ Isaf", "Tŷ Uchaf", "Hafod Wen", "Bryn Awel", "Bryn Derw", "Y Bwthyn", "Yr Hen Ysgol",
    "Yr Hen Felin", "Tan-y-Graig", "Pen-y-Graig", "Pant Glas", "Gwynfryn", "Arfryn", "Awelfryn", "Bodlondeb", "Bron-y-Garth",
    "Cefn Coed", "Craig-y-Don", "Dolafon", "Erw Lon", "Fron Deg", "Gallt-y-Coed", "Glanrhyd", "Gorffwysfa", "Llwyn Derw",
    "Maes-y-Ffynnon", "Nant Gwyn", "Pen-y-Bont", "Rhiwlas", "Sŵn-yr-Afon", "Trem-y-Wawr", "Ysgubor Wen", "Yr Hen Reithordy",
    "Tŷ Capel", "Bwthyn y Gof", "Islwyn", "Gwylfa", "Hafan", "Cartref", "Noddfa", "Bryn Hyfryd", "Tegfan", "Preswylfa",
    "Brynmor", "Golygfa", "Llety'r Wennol", "Carreg Lwyd", "Penlan", "Y Wern", "Derwen Deg", "Plas Bach", "Minffordd",
    "Bryn Gwynt", "Fron Haul", "Cae'r Delyn", "Tŷ'n-y-Coed", "Tŷ'n-y-Ffordd", "Hen Efail", "Tŷ'r Ysgol", "Bwthyn Rhosyn",
]

FARMS = [
    "Tyddyn Mawr", "Tyddyn Bach", "Tyddyn Du", "Tyddyn y Felin", "Tyddyn Sarn", "Tyddyn Eithin", "Tyddyn Berth",
    "Tyddyn Ucha", "Tyddyn Gwyn", "Tyddyn Isaf", "Tyddyn Llwyn", "Tyddyn y Garreg", "Hafod Las", "Hafod y Wennol",
    "Hafod Ifan", "Hafod Uchaf", "Hafod y Garreg", "Hafod Oer", "Hendre Fawr", "Hendre Wen", "Hendre Isaf", "Hendre Ddu",
    "Hendre Las", "Cae Glas", "Cae Haidd", "Cae Coch", "Cae'r Ŵyn", "Cae'r Meirch", "Cae Llwyd", "Pant y Rhedyn",
    "Pant yr Onnen", "Pant Du", "Pant Teg", "Pant y Celyn", "Bryn Coch", "Bryn Du", "Bryn Glas", "Bryn yr Hydd",
    "Bryn y Gwynt", "Bryn Moel", "Bryn Ffynnon", "Pen-y-Ffridd", "Pen-y-Gaer", "Pen-y-Rhos", "Pen-y-Foel", "Pen-yr-Orsedd",
    "Pen-y-Garth", "Plas Coch", "Plas Gwyddno", "Plas y Morfa", "Plas Uchaf", "Plas Isaf", "Llwyn Gwern", "Llwyn Ysgaw",
    "Llwyn-y-Brain", "Llwyn Du", "Maes-y-Neuadd", "Maes-y-Garth", "Maes Mawr", "Maes Gwyn", "Nant-y-Gof", "Nant Ddu",
    "Nant Llwyd", "Nant-y-Frân", "Rhyd-y-Groes", "Rhyd Wen", "Rhyd-y-Meirch", "Rhyd-y-Gof", "Fron Goch", "Fron Las",
    "Fron Dderw", "Cefn Mawr", "Cefn Bychan", "Cefn-y-Rhos", "Cefn Llwyd", "Cefn Isaf", "Gallt Ddu", "Gallt-y-Celyn",
    "Esgair Wen", "Esgair Llyn", "Coed Mawr", "Coed-y-Ffynnon", "Coed Cochion", "Coed-y-Brain", "Tŷ Mawr", "Tŷ Coch",
    "Tŷ'n-y-Cae", "Tŷ'n-y-Rhos", "Tŷ'n-y-Pwll", "Tŷ'n-yr-Ardd", "Tŷ'n-y-Gornel", "Tŷ Hir", "Ysgubor Isaf", "Ysgubor Fawr",
    "Beudy Mawr", "Beudy Newydd", "Gwern Las", "Gwern-y-Brain", "Gwern Hywel", "Dolydd", "Dôl Fawr", "Dôl-y-Bont",
    "Garreg Lwyd", "Garreg Wen", "Graig Ddu", "Graig Wen", "Moelfre Bach", "Moel Isaf", "Foel Uchaf", "Foel Gron",
    "Ffridd Isaf", "Ffridd Newydd", "Ffridd y Garreg", "Morfa Isaf", "Morfa Bychan", "Morfa Mawr", "Glan-y-Gors",
    "Glan-y-Wern", "Glan Morfa", "Glan-y-Sarn", "Bodwyn", "Bodgwilym", "Bodelen", "Bodhyfryd", "Llety", "Llety'r Eos",
    "Erw Hir", "Erw'r Delyn", "Tŷ'r Felin", "Felin Isaf", "Felin Uchaf", "Buarth Mawr", "Buarthau", "Waun Fawr", "Waun Las",
    "Waun-y-Gors", "Ynys Las", "Ynys Wen", "Ynys Hir", "Rhos Isaf", "Rhos Fawr", "Rhosydd", "Sarn Isaf", "Sarn Helyg",
    "Clogwyn", "Clogwyn Isaf", "Braich y Garreg", "Braich Melyn", "Cwm Isaf", "Cwm Llwyd", "Cwm Mawr", "Blaen-y-Cwm",
    "Blaen Nant", "Blaen-y-Wern",
]
